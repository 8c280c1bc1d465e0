"""`make bench`: every bench in one run, one after another."""

from bench import checklist, click_path, pages, wire


def main() -> None:
    """Print the measured ratios of each room."""
    for title, bench in (("pages", pages), ("click", click_path), ("checklist", checklist), ("wire", wire)):
        print(f"\n## {title}\n", flush=True)
        bench.main()


if __name__ == "__main__":
    main()
