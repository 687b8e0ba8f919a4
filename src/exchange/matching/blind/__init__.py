"""Hit or no hit between two nodes that do not show each other their lists. Spec: docs/spec/matching.md; ADR 0038.

`group` is the only door to the group library, `messages` are the documents on the wire, `slots` what is in them,
`probing` finds neighbours of one name without seeing a name. Nothing here draws randomness but the library itself.
"""
