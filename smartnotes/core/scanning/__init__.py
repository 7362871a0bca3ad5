"""Pages that are images: straightened, evened out, recognised, and what is drawn on them."""
