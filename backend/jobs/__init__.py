"""Role packs: competencies, key points and question banks as readable markdown."""
