// Prints what apps hear, as one line of JSON each: with the library and the options that the apps use.

import { io } from 'socket.io-client';

const [address, token] = process.argv.slice(2);
const say = (...words) => console.log(JSON.stringify(words));

const socket = io(address, {
  path: '/api/socket.io',
  transports: ['websocket'],
  extraHeaders: { authorization: `Bearer ${token}` },
});
socket.on('connect', () => say('connected'));
socket.on('disconnect', (reason) => say('disconnected', reason));
socket.onAny((name, ...values) => say(name, ...values));
