// oxlint-disable no-console -- a command speaks on the console
// The least of a build by Mpx.
const { join } = require('node:path')
const MpxWebpackPlugin = require('@mpxjs/webpack-plugin')
const webpack = require('webpack')

const config = {
  mode: 'none',
  context: join(__dirname, 'src'),
  entry: { app: './app.mpx' },
  output: { path: join(__dirname, 'dist'), publicPath: '/' },
  resolve: { extensions: ['.mpx', '.js'] },
  module: {
    rules: [
      { test: /\.mpx$/, use: MpxWebpackPlugin.loader({}) },
      { test: /\.wxml$/, use: MpxWebpackPlugin.wxmlLoader() },
      { test: /\.json$/, resourceQuery: /asScript/, type: 'javascript/auto' },
    ],
  },
  plugins: [new MpxWebpackPlugin({ mode: 'wx', srcMode: 'wx' })],
}

webpack(config, (error, stats) => {
  if (error) throw error
  console.log(stats.toString({ all: false, errors: true, warnings: true }))
  process.exitCode = stats.hasErrors() ? 1 : 0
})
