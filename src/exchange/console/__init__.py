"""The console: server-rendered pages for officers, releasing officers, auditors and administrators, in ar, fr and en.

A page is declared once (`page.py`) with its permission, and gets a `Visit`. It calls operations and shows what they
say; it decides nothing. Nothing but this folder knows jinja2, babel and hijridate. Pages work without scripts.
"""
