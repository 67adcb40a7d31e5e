"""Starting other programs, seeing them die, and never leaving one behind."""
