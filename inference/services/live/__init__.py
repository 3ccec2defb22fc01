"""Live sessions as the database knows them; the frames themselves never come here."""
