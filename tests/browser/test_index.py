"""The gallery in a real browser."""

from playwright.sync_api import expect


def test_the_gallery_leads_to_each_dashboard(watched, voila):
    watched.goto(f"{voila}/voila/render/index.ipynb")
    gallery = watched.locator(".fe-gallery[data-ready]")
    expect(gallery).to_contain_text("Not a medical device", timeout=60_000)
    expect(gallery.locator("a.fe-card svg").first).to_be_visible()
    for name, file, shown in (
        ("Measure a fetal head", "segment", ".fe-canvas"),
        ("Break a network on purpose", "phantom", ".fe-board"),
        ("Look into a layer", "layers", ".fe-tower"),
    ):
        with watched.expect_popup() as opened:  # JupyterLab's renderer gives every link a page of its own
            gallery.get_by_role("link", name=name).click()
        expect(opened.value).to_have_url(f"{voila}/voila/render/{file}.ipynb")
        expect(opened.value.locator(shown)).to_be_visible(timeout=60_000)
