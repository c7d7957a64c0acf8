// SPDX-License-Identifier: MIT
// A PNG of at most 256 colours, for pictures of pages: half as many bytes as all their colours take.
import {crc32 as nodeCrc, deflateSync} from "node:zlib";

const TABLE = Array.from({length: 256}, (_, n) => {
	for (let i = 0; i < 8; i++) n = n & 1 ? (n >>> 1) ^ 0xEDB88320 : n >>> 1;
	return n >>> 0;
});

function crc(bytes) {
	if (nodeCrc) return nodeCrc(bytes); // not yet in Debian 12's node
	let sum = 0xFFFFFFFF;
	for (const byte of bytes) sum = TABLE[(sum ^ byte) & 255] ^ (sum >>> 8);
	return (sum ^ 0xFFFFFFFF) >>> 0;
}

function chunk(type, data) {
	const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
	const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
	size.writeUInt32BE(data.length);
	sum.writeUInt32BE(crc(body));
	return Buffer.concat([size, body, sum]);
}

const distance = (a, b) => [16, 8, 0].reduce((sum, at) =>
	sum + (((a >> at) & 255) - ((b >> at) & 255)) ** 2, 0);

// Of each pixel the colour (RGB as a number) -> the index in a palette of the most frequent ones.
function palette(colours) {
	const counts = new Map();
	for (const one of colours) counts.set(one, (counts.get(one) ?? 0) + 1);
	const order = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([one]) => one);
	const chosen = order.slice(0, 256);
	const nearest = (one) => chosen.reduce((best, other, i) =>
		(distance(one, other) < distance(one, chosen[best]) ? i : best), 0);
	return {chosen, indexes: new Map(order.map((one) => [one, nearest(one)]))};
}

// RGBA: four bytes a pixel, all opaque.
export function indexed(width, height, rgba) {
	const colours = Array.from({length: width * height}, (_, i) => rgba.readUIntBE(4 * i, 3));
	const {chosen, indexes} = palette(colours);
	const rows = Buffer.alloc((width + 1) * height); // each begins with 0: no filter
	colours.forEach((one, i) => {
		rows[Math.floor(i / width) * (width + 1) + 1 + (i % width)] = indexes.get(one);
	});
	const [head, table] = [Buffer.alloc(13), Buffer.alloc(3 * chosen.length)];
	head.writeUInt32BE(width, 0);
	head.writeUInt32BE(height, 4);
	head.set([8, 3], 8);
	chosen.forEach((one, i) => table.writeUIntBE(one, 3 * i, 3));
	return Buffer.concat([Buffer.from("89504E470D0A1A0A", "hex"), chunk("IHDR", head),
		chunk("PLTE", table), chunk("IDAT", deflateSync(rows, {level: 9})), chunk("IEND", Buffer.alloc(0))]);
}
