"""Learners that find groups of similar rows."""

from __future__ import annotations

from typing import Literal

from studio.sdk import param
from studio.sdk.learners import learner, seed_param

GROUP = "Machine Learning/Initialize Model/Clustering"
DRAWN = ("random", "k_means_plus_plus", "k_means_plus_plus_fast")


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
- **Initialization**: where the search starts; another start may end in other groups. First N takes
  the first rows, and Evenly rows at equal steps through the table. Random divides the rows at
  random and takes the means of the parts. K-Means++ draws rows far from each other, and its fast
  form looks at a sample of 50 rows a centroid only. Use label column takes the mean of the rows of
  each label, so that there are as many centroids as labels; the column must be marked as label.
  Rows without a label take part in the search all the same.
- **Number of seeds to sweep**: from how many random starts to search; the groups with the smallest
  sum of squared distances to their centers are taken.
- **Metric**: Euclidean distance, or Cosine for the angle between rows whatever their length.
- **Assign label mode**: what Train Clustering Model does with the label column in its results. It
  can be ignored; the rows without a label can get the most frequent label of their group; or the
  label of every row is overwritten by that of the labelled row which is closest to the center of
  its group. A group without any label gets none. Labels never count when rows are compared, since
  rows that are assigned later may have none.
""",
    task="clustering",
    group=GROUP,
    search=("kmeans", "clusters", "segmentation", "Lloyd"),
    trusted=("modules.estimators.centroids.Centroids",),
    number_of_centroids=param(
        2,
        "Number of centroids",
        ge=2,
        le=100_000,
        when={"initialization": ("first_n", *DRAWN, "evenly")},
        sweep=[2, 3, 4, 5],
        to="n_clusters",
    ),
    initialization=(
        Literal[
            "first_n",
            "random",
            "k_means_plus_plus",
            "k_means_plus_plus_fast",
            "evenly",
            "use_label_column",
        ],
        param("k_means_plus_plus", "Initialization"),
    ),
    number_of_seeds=param(
        1,
        "Number of seeds to sweep",
        ge=1,
        le=10_000,
        when={"initialization": DRAWN},
        help="From how many random starts to search for the best groups.",
        to="n_init",
    ),
    metric=(Literal["euclidean", "cosine"], param("euclidean", "Metric")),
    iterations=param(100, "Iterations", ge=1, le=1_000_000, sweep=[10, 100, 1000], to="max_iter"),
    assign_label_mode=(
        Literal["ignore_label_column", "fill_missing_values", "overwrite_from_closest_to_center"],
        param("ignore_label_column", "Assign label mode", to=""),
    ),
    seed=seed_param(),
)
