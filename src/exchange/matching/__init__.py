"""Names and identities to comparable keys and scores; the arithmetic of blinded matching between nodes."""
