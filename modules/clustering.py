"""Learners that find groups of similar rows."""

from __future__ import annotations

from typing import Literal

from studio.sdk import param
from studio.sdk.learners import learner, seed_param

GROUP = "Machine Learning/Initialize Model/Clustering"


def _centroids() -> type:
    from modules.estimators.centroids import Centroids

    return Centroids


KMeansClustering = learner(
    "k_means_clustering",
    "K-Means Clustering",
    _centroids,
    """
Groups of rows, each around a center.

Each row belongs to the nearest center, each center is the mean of its rows; the two are found in
turns. Columns with large numbers count for more: use Normalize Data first where units differ. Rows
with a missing value are left out, with a warning. Text columns become one column a level.

- **Number of centroids**: how many groups are sought.
- **Initialization**: where the search starts, once; another start may end in other groups. First N
  and Evenly take rows as they lie; Random divides the rows at random; K-Means++ draws rows far from
  each other, and its fast form looks at a sample only.
- **Metric**: Euclidean distance, or Cosine for the angle between rows whatever their length.
""",
    task="clustering",
    group=GROUP,
    search=("kmeans", "clusters", "segmentation", "Lloyd"),
    trusted=("modules.estimators.centroids.Centroids",),
    number_of_centroids=param(
        2, "Number of centroids", ge=2, le=100_000, sweep=[2, 3, 4, 5], to="n_clusters"
    ),
    initialization=(
        Literal["first_n", "random", "k_means_plus_plus", "k_means_plus_plus_fast", "evenly"],
        param("k_means_plus_plus", "Initialization"),
    ),
    metric=(Literal["euclidean", "cosine"], param("euclidean", "Metric")),
    iterations=param(100, "Iterations", ge=1, le=1_000_000, sweep=[10, 100, 1000], to="max_iter"),
    seed=seed_param(),
)
