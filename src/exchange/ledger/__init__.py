"""The exchange log as arithmetic: entries, the book that they form, its export, and the verification of an export.

`entries` what may be written · `book` how a head grows · `export` the audit file · `verify` reads it without trust, by
`lines`, `rules`, `trust` and `report` · `reconcile` two nodes' files side by side. Spec: docs/spec/ledger.md.
"""
