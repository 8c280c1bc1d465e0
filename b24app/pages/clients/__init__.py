"""The tab «Clients»: an integrator's own pages; each is of his own portal, also where the page before showed a client's."""
