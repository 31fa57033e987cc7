"""What the lines of a posting or a resume are."""
