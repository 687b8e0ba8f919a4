"""The HTTP edge of a node: officers and auditors on one listener, partners on another. Spec: docs/spec/transport.md.

Routes parse, call one operation and answer. Nothing here decides who may see what, and nothing here is signed.
"""
