"""Exchange: the node with which a state shares records under signed agreements. Start at ARCHITECTURE.md."""

__version__ = "0.1.0"
