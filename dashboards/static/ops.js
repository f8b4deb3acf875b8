// The page around the cards: filters are links, a theme is a cookie, cells and SQL can be copied.
const said = document.getElementById('said')

for (const select of document.querySelectorAll('form select')) {
  select.addEventListener('change', () => {
    const form = select.form
    const kept = new URLSearchParams()
    for (const [name, value] of new FormData(form)) if (value && value !== select.form.dataset[name]) kept.set(name, value)
    const query = kept.toString()
    location.href = form.getAttribute('action') + (query ? `?${query}` : '')
  })
}

document.getElementById('theme').addEventListener('click', () => {
  const theme = document.body.classList.contains('dark') ? 'light' : 'dark'
  document.cookie = `wb-theme=${theme}; path=/; max-age=31536000; SameSite=Lax`
  location.reload()
})

for (const button of document.querySelectorAll('[data-copy]')) {
  button.addEventListener('click', async () => {
    const text = document.getElementById(button.dataset.copy).textContent
    try { await navigator.clipboard.writeText(text) } catch { select(button.dataset.copy) }
    said.textContent = 'Copied'
    const before = button.textContent
    button.textContent = 'Copied'
    setTimeout(() => { button.textContent = before }, 1200)
  })
}

function select(id) {
  const range = document.createRange()
  range.selectNodeContents(document.getElementById(id))
  getSelection().removeAllRanges()
  getSelection().addRange(range)
}

// One open sheet at a time; Escape and a click elsewhere close it.
const sheets = [...document.querySelectorAll('details.more')]
for (const sheet of sheets) {
  sheet.addEventListener('toggle', () => { if (sheet.open) for (const other of sheets) if (other !== sheet) other.open = false })
}
document.addEventListener('keydown', event => {
  if (event.key !== 'Escape') return
  for (const sheet of sheets) if (sheet.open) { sheet.open = false; sheet.querySelector('summary').focus() }
})
document.addEventListener('click', event => {
  for (const sheet of sheets) if (sheet.open && !sheet.contains(event.target)) sheet.open = false
})
