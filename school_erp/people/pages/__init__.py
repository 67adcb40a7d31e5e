from school_erp.people.pages import guardianships, people, roles

__all__ = ["guardianships", "people", "roles"]
