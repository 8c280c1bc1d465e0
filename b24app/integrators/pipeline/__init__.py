"""The pipeline «Renewals» in the integrator's own CRM: one deal for each client and term, which moves by itself."""
