//! The inline images of iTerm2 (<https://iterm2.com/documentation-images.html>), which WezTerm and
//! others show too.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::place::Size;

/// Shows a PNG at the cursor.
pub(super) fn image(png: &[u8], size: Size) -> Vec<u8> {
    let Size { columns, rows } = size;
    let (bytes, text) = (png.len(), STANDARD.encode(png));
    format!(
        "\x1b]1337;File=inline=1;size={bytes};width={columns};height={rows};\
         preserveAspectRatio=1:{text}\x07"
    )
    .into_bytes()
}
