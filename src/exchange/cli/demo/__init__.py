"""The demonstration: three nodes on this machine, synthetic data only, and a tour of what they do."""
