"""The whole of what a module may know of the studio."""

from studio.sdk.context import Context
from studio.sdk.data import Files, Learner, Report, Series
from studio.sdk.errors import (
    Cancelled,
    ColumnMissing,
    ColumnTypeWrong,
    FileUnreadable,
    LibraryMissing,
    ModuleError,
    NoColumns,
    NoRows,
    Problem,
    StudioError,
    ValueWrong,
)
from studio.sdk.module import Effect, Meta, Module, out
from studio.sdk.params import ColumnName, FilePath, PythonCode, SqlCode, Text, param
from studio.sdk.schema import ORIGIN, Column, ColumnType, Role, TableSchema, unique_names
from studio.sdk.selection import ALL, CATEGORIES, NUMERIC, ColumnSelection, Rule, columns
from studio.sdk.table import Table

__all__ = [
    "ALL",
    "CATEGORIES",
    "NUMERIC",
    "ORIGIN",
    "Cancelled",
    "Column",
    "ColumnMissing",
    "ColumnName",
    "ColumnSelection",
    "ColumnType",
    "ColumnTypeWrong",
    "Context",
    "Effect",
    "FilePath",
    "FileUnreadable",
    "Files",
    "Learner",
    "LibraryMissing",
    "Meta",
    "Module",
    "ModuleError",
    "NoColumns",
    "NoRows",
    "Problem",
    "PythonCode",
    "Report",
    "Role",
    "Rule",
    "Series",
    "SqlCode",
    "StudioError",
    "Table",
    "TableSchema",
    "Text",
    "ValueWrong",
    "columns",
    "out",
    "param",
    "unique_names",
]
