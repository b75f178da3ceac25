"""A stream of answers of any size, coded stage by stage; nothing is lost."""
