"""A recipe, pictures and a budget become a run folder: trained, resumed, rehearsed."""
