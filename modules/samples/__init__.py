"""Sample datasets: five that scikit-learn brings, and two made by generators of ours."""
