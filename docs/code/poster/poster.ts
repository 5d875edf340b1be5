Page({
  // Only when the user taps 保存海报: a poster is the user's to keep and to show.
  save({ currentTarget }: { currentTarget: { dataset: { item: string } } }) {
    const { item } = currentTarget.dataset
    wx.downloadFile({
      url: `https://app.example.com/posters/${encodeURIComponent(item)}.png`,
      success: ({ tempFilePath, statusCode }) => {
        const toast = (title: string) => wx.showToast({ title, icon: 'none' })
        if (statusCode !== 200) toast('暂时没有海报')
        else
          wx.saveImageToPhotosAlbum({
            filePath: tempFilePath,
            success: () => toast('已保存'),
            fail: () => toast('没有保存'),
          })
      },
    })
  },
})
