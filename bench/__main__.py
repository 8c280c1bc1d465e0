"""`make bench`: every bench in one run, one after another."""

from bench import checklist, click_path, first_view, page_rates, pages, wire


def main() -> None:
    """Print the measured ratios of each room."""
    benches = {
        "pages": pages,
        "rates": page_rates,
        "click": click_path,
        "first view": first_view,
        "checklist": checklist,
        "wire": wire,
    }
    for title, bench in benches.items():
        print(f"\n## {title}\n", flush=True)
        bench.main()


if __name__ == "__main__":
    main()
