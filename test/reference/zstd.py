"""Text as the zstd command packs it, in two frames, in base64. Run: python zstd.py > zstd.json"""

import base64
import json
import subprocess

TEXT = "customer,plan,age\n" + "".join(f"c{number},free,{number}\n" for number in range(100))


def packed(text):
    return subprocess.run(["zstd", "-c"], input=text.encode(), stdout=subprocess.PIPE, check=True).stdout


version = subprocess.run(["zstd", "--version"], stdout=subprocess.PIPE, check=True).stdout.decode().strip()
frames = packed(TEXT[:700]) + packed(TEXT[700:])
print(json.dumps({"zstd": version, "text": TEXT, "packed": base64.b64encode(frames).decode()}))
