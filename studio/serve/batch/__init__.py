"""Batches: files of any size scored into files, resumed where they were cut off."""

from studio.serve.batch.one_file import FileResult
from studio.serve.batch.options import BatchOptions
from studio.serve.batch.progress import Progress
from studio.serve.batch.run import BatchResult, check_files, score_files

__all__ = ["BatchOptions", "BatchResult", "FileResult", "Progress", "check_files", "score_files"]
