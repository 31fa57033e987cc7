"""MLflow: the prompt registry and the log of finished interviews."""
