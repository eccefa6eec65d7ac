"""How many taps a brigade chief needs at night: counted from the start page, on a phone."""

CHIEF = "steffen.klotsche@koenigsbrueck.example"


def test_chief_takes_a_device_in_two_taps_and_reports_it_ready_in_one(server, browser):
    context = server.visit(browser, CHIEF, width=360, theme="dark", java_script=False)
    page = context.new_page()
    page.goto("/")
    way = page.get_by_role("link", name="Einsatz: Gerät sofort nehmen")
    box, device = way.bounding_box(), "Wärmebildkamera"

    way.click()
    page.get_by_role("button", name=f"{device} nehmen").click()

    shown, height = page.locator("main").inner_text(), page.viewport_size["height"]
    assert box["y"] + box["height"] <= height  # on the first screen, without scrolling
    assert box["height"] >= 48
    assert (device in shown, "im Einsatz" in shown) == (True, True)
    page.get_by_role("button", name=f"{device} wieder einsatzbereit melden").click()
    assert "beendet" in page.locator("main").inner_text()
    context.close()
