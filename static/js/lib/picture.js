// Pictures a person picks: drawn small to be shown, and smaller where a file is more than the atlas takes.

/** Bytes of a photo that every atlas takes. */
const LARGEST = 5 * 1024 * 1024;
/** Longest sides in pixels: of the preview, and of a photo that had to be made smaller. */
const PREVIEW = 640;
const SMALLER = 2560;

/** How large a picture is drawn that fits into a square of `most`. @param {{ width: number, height: number }} picture @param {number} most */
export function fitted({ width, height }, most) {
  const scale = Math.min(1, most / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** @param {Blob} file @param {number} most */
async function draw(file, most) {
  const picture = await createImageBitmap(file);
  const canvas = Object.assign(document.createElement('canvas'), fitted(picture, most));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas;
}

/** The picture as a data: URL; the security policy shows no blob: one. Rejects what is no picture. @param {Blob} file */
export const preview = async (file) => (await draw(file, PREVIEW)).toDataURL('image/jpeg', 0.82);

/** The file, or a smaller one of the same picture. That one has lost what the camera wrote of time and place. @param {File} file @returns {Promise<{ file: Blob, isWhole: boolean }>} */
export async function small(file) {
  if (file.size <= LARGEST) return { file, isWhole: true };
  const canvas = await draw(file, SMALLER);
  const made = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.88));
  return made instanceof Blob ? { file: made, isWhole: false } : { file, isWhole: true };
}
