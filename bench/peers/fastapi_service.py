"""A service as one writes it with FastAPI: the primary answers, the shadow is a background task."""

import json
import os
import uuid
from pathlib import Path

import numpy as np
from fastapi import BackgroundTasks, FastAPI, Request
from fastapi.responses import JSONResponse

FOLDER = Path(os.environ["PEER_FOLDER"])
SHADOW = os.environ["PEER_SHADOW"] != "off"
VERSION = os.environ["PEER_VERSION"]


class Mlp:
    """Weights of a version, and its forward pass."""

    def __init__(self, folder: Path):
        depth = len(list(folder.glob("weights_*.npy")))
        self.layers = [
            (np.load(folder / f"weights_{i}.npy"), np.load(folder / f"biases_{i}.npy"))
            for i in range(1, depth + 1)
        ]

    def probabilities(self, x: np.ndarray) -> np.ndarray:
        *hidden, (weights, biases) = self.layers
        for w, b in hidden:
            x = np.maximum(x @ w + b, 0)
        logits = x @ weights + biases
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)


primary = Mlp(FOLDER / "primary")
shadow = Mlp(FOLDER / "shadow")
comparisons = open(FOLDER / f"comparisons-{os.getpid()}.jsonl", "w", buffering=1 << 16)
# Served and shadowed requests of this worker; a file of each, so that any of them can add up all.
counts = np.memmap(FOLDER / f"counts-{os.getpid()}", dtype=np.int64, mode="w+", shape=2)
app = FastAPI()


# A coroutine: a plain function would be sent to a thread, which takes longer than the model.
async def compare(request_id: str, x: np.ndarray, label: list[int]):
    answer = shadow.probabilities(x).argmax(axis=1).tolist()
    line = {"id": request_id, "primary": label, "shadow": answer, "agree": label == answer}
    comparisons.write(json.dumps(line) + "\n")
    counts[1] += 1


@app.post("/v2/models/mlp/infer")
async def infer(request: Request, tasks: BackgroundTasks):
    # Plain JSON: a model of pydantic would look at every number, which takes half as long again as all the rest.
    body = await request.json()
    tensor = body["inputs"][0]
    x = np.array(tensor["data"], dtype=np.float32).reshape(tensor["shape"])
    probabilities = primary.probabilities(x)
    label = probabilities.argmax(axis=1).tolist()
    request_id = body.get("id") or str(uuid.uuid4())
    counts[0] += 1
    if SHADOW:
        tasks.add_task(compare, request_id, x, label)
    # A response, and not the plain dictionary: it is not walked through and validated once more.
    return JSONResponse(
        {
            "id": request_id,
            "model_name": "mlp",
            "model_version": VERSION,
            "outputs": [
                {"name": "label", "datatype": "INT64", "shape": [len(label)], "data": label},
                {
                    "name": "probabilities",
                    "datatype": "FP32",
                    "shape": list(probabilities.shape),
                    "data": probabilities.ravel().tolist(),
                },
            ],
        }
    )


def total(column: int) -> int:
    return sum(int(np.fromfile(path, dtype=np.int64)[column]) for path in FOLDER.glob("counts-*"))


@app.get("/counts/served")
async def served() -> int:
    return total(0)


@app.get("/counts/shadowed")
async def shadowed() -> int:
    return total(1)
