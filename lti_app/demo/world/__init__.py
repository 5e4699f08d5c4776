"""The small Canvas's own records: people, courses, tools, assignments, the gradebook."""
