"""What a reader sees and does on the segment dashboard."""

import base64

from pictures import SHAPE
from playwright.sync_api import expect

DROP = """([stage, files]) => {
  const data = new DataTransfer();
  for (const [name, text] of files) {
    data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name));
  }
  for (const kind of ["dragover", "drop"]) {
    stage.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""


class Dashboard:
    """What a reader sees and does."""

    def __init__(self, page):
        self.page = page
        self.root = page.locator(".fe-canvas")
        self.stage, self.status = page.locator(".fe-stage"), page.locator(".fe-status")
        self.panel = page.locator(".fe-readout")

    def wait(self):
        expect(self.root).to_have_attribute("data-ready", "true", timeout=60_000)
        expect(self.root).to_have_attribute("data-busy", "false")

    def number(self, name="hc"):
        return float(self.panel.get_attribute(f"data-{name}"))

    def after(self, action):
        """Do something and wait until Python has dealt with it."""
        before = int(self.root.get_attribute("data-rev"))
        action()
        self.page.wait_for_function(
            "before => { const d = document.querySelector('.fe-canvas').dataset;"
            " return Number(d.rev) > before && d.busy === 'false' && d.ready === 'true'; }",
            arg=before,
        )

    def drop(self, *files):
        coded = [[name, base64.b64encode(content).decode()] for name, content in files]
        self.after(lambda: self.page.evaluate(DROP, [self.stage.element_handle(), coded]))

    def drag(self, start, end, steps=6):
        mouse = self.page.mouse

        def run():
            mouse.move(*start)
            mouse.down()
            mouse.move(*end, steps=steps)
            mouse.up()

        self.after(run)

    def handle(self, name):
        box = self.page.locator(f"[data-handle='{name}']").bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def at(self, row, column):
        """Where a point of the picture, in parts of its height and width, stands on the page."""
        box = self.stage.bounding_box()
        scale = min(box["height"] / SHAPE[0], box["width"] / SHAPE[1])  # as the whole picture fits
        down, across = ((part - 0.5) * scale * n for part, n in zip((row, column), SHAPE, strict=True))
        return box["x"] + box["width"] / 2 + across, box["y"] + box["height"] / 2 + down
