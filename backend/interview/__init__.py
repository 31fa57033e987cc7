"""What happens when you practise: sessions, turns, questions."""
