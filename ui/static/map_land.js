// The coastline: rings of delta-coded integers, decoded once. Positions are degrees of longitude and of Mercator latitude.
export const mercator = (lat) => (Math.log(Math.tan(Math.PI / 4 + (Math.max(-84, Math.min(84, lat)) * Math.PI) / 360)) * 180) / Math.PI;
export const unmercator = (y) => ((2 * Math.atan(Math.exp((y * Math.PI) / 180)) - Math.PI / 2) * 180) / Math.PI;

const ROUNDS = [-360, 0, 360];

const decode = ({ scale, rings }) => rings.map((flat) => {
  const points = new Float64Array(flat.length), box = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0, x = 0, y = 0; i < flat.length; i += 2) {
    x += flat[i]; y += flat[i + 1];
    const px = x / scale, py = mercator(y / scale);
    points[i] = px; points[i + 1] = py;
    box[0] = Math.min(box[0], px); box[1] = Math.min(box[1], py); box[2] = Math.max(box[2], px); box[3] = Math.max(box[3], py);
  }
  return { points, box };
});

let loading = null; // one file, however many maps stand on the page
export const coast = (url) => (loading ??= load(url));

async function load(url) {
  const file = await (await fetch(url)).json();
  const world = decode(file.world);
  const details = file.detail.map((part) => ({ box: [part.box[0], mercator(part.box[1]), part.box[2], mercator(part.box[3])], rings: null, part }));
  const path = (left, bottom, right, top) => {
    // Fine rings end at the edge of their region, so they serve only views that lie within it.
    const fine = details.find(({ box }) => box[0] <= left && box[1] <= bottom && box[2] >= right && box[3] >= top);
    const rings = fine ? (fine.rings ??= decode(fine.part)) : world;
    const whole = new Path2D();
    for (const { points, box } of rings) {
      for (const round of ROUNDS) { // a ring that crosses the antimeridian goes on beyond 180°, and is there on the other side as well
        if (box[0] + round > right || box[2] + round < left || box[1] > top || box[3] < bottom) continue;
        whole.moveTo(points[0] + round, points[1]);
        for (let i = 2; i < points.length; i += 2) whole.lineTo(points[i] + round, points[i + 1]);
        whole.closePath();
      }
    }
    return whole;
  };
  return { path };
}

let finding = null;
// Names of places as [name, longitude, Mercator latitude], the largest first.
export const places = (url) => (finding ??= fetch(url).then((answer) => answer.json()).then(({ scale, places }) =>
  places.map(([name, x, y]) => [name, x / scale, mercator(y / scale)])));
