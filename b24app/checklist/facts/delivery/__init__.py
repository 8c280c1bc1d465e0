"""Facts about delivery services, orders and shipments."""
