"""What the command line does: demo, benchmarks, browser journeys, generated documentation."""
