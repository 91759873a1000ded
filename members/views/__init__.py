"""Pages of the counter (/counter/…), for counter officers and their supervisors."""
