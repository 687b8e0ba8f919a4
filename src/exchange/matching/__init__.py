"""Names as they sound: skeletons, alignment, evidence, the explained score, and keys; `blind`, matching between nodes.
Pure.

Spec: docs/spec/names.md.
"""
