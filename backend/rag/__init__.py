"""What the coach knows about the job and the person: documents, passages, retrieval."""
