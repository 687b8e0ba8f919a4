"""What a verification found, in words: faults, what a pass does not prove, the report as pages."""

from __future__ import annotations
