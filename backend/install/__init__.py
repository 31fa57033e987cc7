"""What `make` runs before anything is installed (standard library alone), and the check that it goes on working."""
