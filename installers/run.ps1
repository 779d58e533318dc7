# Sets Wireloom up in .venv and starts it; arguments are passed on.
$ErrorActionPreference = "Stop"
$root = Split-Path -Parent $PSScriptRoot
$python = Join-Path $root ".venv\Scripts\python.exe"
$stampFile = Join-Path $root ".venv\wireloom-desktop.stamp"

# Files of bytecode spare every later process the compiling of scikit-learn.
Remove-Item Env:PYTHONDONTWRITEBYTECODE, Env:PYTHONHOME, Env:PYTHONPATH, Env:VIRTUAL_ENV -ErrorAction SilentlyContinue
$env:PIP_DISABLE_PIP_VERSION_CHECK = "1"
$env:UV_PYTHON_DOWNLOADS = "never"

function Stop-With([string]$sentence) {
    [Console]::Error.WriteLine($sentence)
    exit 1
}

function Get-Stamp {
    $files = "pyproject.toml", "studio\__init__.py" | ForEach-Object { Join-Path $root $_ }
    $hash = (Get-FileHash -Algorithm SHA256 $files).Hash -join " "
    $version = if (Test-Path $python) { & $python -V } else { "" }
    "$hash $root $version"
}

# The first Python that is new enough, as a command and its arguments, or nothing.
function Find-Python {
    $candidates = @()
    if ($env:PYTHON) { $candidates += , @($env:PYTHON) }
    $candidates += , @("py", "-3"), @("python"), @("python3")
    foreach ($candidate in $candidates) {
        if (-not (Get-Command $candidate[0] -ErrorAction SilentlyContinue)) { continue }
        $more = @($candidate | Select-Object -Skip 1)
        & $candidate[0] @more -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>$null
        if ($LASTEXITCODE -eq 0) {
            return (& $candidate[0] @more -c "import sys; print(sys.executable)")
        }
    }
}

$stamp = if (Test-Path $stampFile) { (Get-Content -Raw $stampFile).Trim() } else { "" }
if ($stamp -ne (Get-Stamp).Trim()) {
    [Console]::Error.WriteLine("Setting up Wireloom in .venv; the first time this takes some minutes.")
    $base = Find-Python
    if (-not $base) {
        Stop-With "Wireloom needs Python 3.11 or newer, and none was found. Install it from python.org."
    }
    Push-Location $root
    try {
        if (Get-Command uv -ErrorAction SilentlyContinue) {
            & uv venv --quiet --clear --python $base .venv
            if ($LASTEXITCODE -ne 0) { Stop-With "uv could not make an environment in $root\.venv." }
            & uv pip install --quiet --compile-bytecode --python $python -e ".[desktop]"
        } else {
            & $base -m venv --clear .venv
            if ($LASTEXITCODE -ne 0) { Stop-With "An environment could not be made in $root\.venv." }
            & $python -m pip install --quiet -e ".[desktop]"
        }
        if ($LASTEXITCODE -ne 0) { Stop-With "The packages could not be installed; the lines above say why." }
    } finally {
        Pop-Location
    }
    Set-Content -Path $stampFile -Value (Get-Stamp)
}

& (Join-Path $root ".venv\Scripts\wireloom.exe") @args
exit $LASTEXITCODE
