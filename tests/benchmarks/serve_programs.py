"""The rivals' programs, as source: what people write who serve a model by hand."""

from __future__ import annotations

BARE = '''
"""A bare ASGI application around a package's own graph: the same reply, no check, one form."""
import json, sys
from pathlib import Path
import numpy as np, onnxruntime as ort, uvicorn
options = ort.SessionOptions()
options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
options.intra_op_num_threads = 1
session = ort.InferenceSession(sys.argv[1] + "/model.onnx", options)
told = json.loads(session.get_modelmeta().custom_metadata_map["wireloom"])
MISSING = "\\x00wireloom: missing"
made = [c["name"] for c in told["outputs"][0]["columns"] if c.get("name")]
names = [c["column"] for c in told["outputs"][0]["columns"] if c.get("name")]

def score(rows):
    feed = {}
    for item in told["inputs"]:
        values = [row.get(item["column"]) for row in rows]
        if item["text"]:
            feed[item["name"]] = np.array([MISSING if v is None else v for v in values], object)
        else:
            feed[item["name"]] = np.array(values, np.float64)
    found = [values.tolist() for values in session.run(made, feed)]
    return [row | dict(zip(names, made)) for row, made in zip(rows, zip(*found))]

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    said = json.dumps({"records": score(json.loads(body)["records"])}).encode()
    head = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(said))]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": said})

uvicorn.run(app, port=int(sys.argv[2]), log_config=None, access_log=False)
'''

_PIPELINE = """
import sys
import numpy as np, pandas as pd
from lightgbm import LGBMClassifier
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

table = pd.read_csv(sys.argv[1], na_values=["?"]).dropna()
label = table.columns[-1]
table, answers = table.drop(columns=[label]), table[label]
encode = make_column_transformer(
    (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_exclude=np.number)),
    remainder="passthrough",
)
pipeline = make_pipeline(encode, LGBMClassifier(num_leaves=20, verbose=-1, n_jobs=1))
pipeline.fit(table, answers)
"""

MLFLOW = (
    _PIPELINE
    + """
import mlflow.sklearn
asked = table.head(5)
signature = mlflow.models.infer_signature(asked, pipeline.predict(asked))
mlflow.sklearn.save_model(
    pipeline, sys.argv[2], signature=signature, serialization_format="cloudpickle",
    pip_requirements=["scikit-learn", "lightgbm", "pandas"],
)
"""
)
"""The pipeline saved as MLflow's users save one; it is served by MLflow's own flavour."""

FASTAPI = (
    _PIPELINE
    + """
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
app = FastAPI()

class Request(BaseModel):
    records: list[dict]

@app.post("/score")
def score(request: Request):
    frame = pd.DataFrame(request.records)[list(table.columns)]
    chances = pipeline.predict_proba(frame)[:, 1]
    labels = pipeline.predict(frame)
    return [{"label": l, "chance": c} for l, c in zip(labels.tolist(), chances.tolist())]

uvicorn.run(app, port=int(sys.argv[2]), log_config=None, access_log=False)
"""
)
"""FastAPI with pandas and a scikit-learn pipeline, as its tutorials show it."""

PIPELINE = '''
"""The same rows scored by ``pipeline.predict``: read by pandas, written by pandas."""
import json, sys, time
import numpy as np, pandas as pd
from lightgbm import LGBMClassifier
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
train = pd.read_csv(sys.argv[1], na_values=["?"]).dropna()
label = train.columns[-1]
encode = make_column_transformer(
    (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_exclude=np.number)),
    remainder="passthrough",
)
pipeline = make_pipeline(encode, LGBMClassifier(num_leaves=20, verbose=-1, n_jobs=2))
pipeline.fit(train.drop(columns=[label]), train[label])
began = time.perf_counter()
frame = pd.read_csv(sys.argv[2], na_values=["?"])
asked = frame.drop(columns=[label])
frame["Scored Labels"] = pipeline.predict(asked)
frame["Scored Probabilities"] = pipeline.predict_proba(asked)[:, 1]
frame.to_csv(sys.argv[3], index=False)
print(json.dumps({"rate": len(frame) / (time.perf_counter() - began)}))
'''

OURS = """
import json, sys, time
from pathlib import Path
from studio.session.opening import open_trusted
from studio.serve.batch import BatchOptions, score_files
scorer = open_trusted(Path(sys.argv[1])).scorer(2)
began = time.perf_counter()
result = score_files(scorer, Path(sys.argv[2]), Path(sys.argv[3]), BatchOptions(replace=True))
print(json.dumps({"rate": result.rows / (time.perf_counter() - began), "refused": result.refused}))
"""
