"""Names as they sound: skeletons, alignment, evidence, the explained score, and keys. Pure.

Spec: docs/spec/names.md.
"""
