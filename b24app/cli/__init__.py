"""Commands of the operator and the integrator."""
