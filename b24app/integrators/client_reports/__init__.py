"""Reports to clients in the integrator's name: drafts, their approval, letters, the signed page and its openings."""
