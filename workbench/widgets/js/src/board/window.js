/** Which of many equal boxes are in sight: the first, and the one after the last. */
export function inSight(scrolled, room, size, count, spare = 2) {
  const first = Math.max(0, Math.floor(scrolled / size) - spare);
  return [first, Math.min(count, Math.ceil((scrolled + room) / size) + spare)];
}
