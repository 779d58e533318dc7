# LightGBM links against OpenMP, which its wheel does not bring. Debian keeps no old versions of a
# package, so that a pinned one would soon not be found.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/*

