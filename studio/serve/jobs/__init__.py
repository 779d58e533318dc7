"""Jobs: files scored in the background, asked for over HTTP, that survive a restart."""

from studio.serve.jobs.limits import JobLimits
from studio.serve.jobs.routes import jobs_mount
from studio.serve.jobs.service import Jobs
from studio.serve.jobs.store import JobStore

__all__ = ["JobLimits", "JobStore", "Jobs", "jobs_mount"]
