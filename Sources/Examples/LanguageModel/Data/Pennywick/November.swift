/// The chronicle of November: the fog and the loaf, the fox and the owl, and the letter that came late.
extension EmbeddedText {
  /// What happened in November.
  static let november = #"""
    NOVEMBER

    The lighthouse log, kept by Tobias Reed.
    1 November, 07:20. Wind south, force 1. Fog. Lamp burned 13 hours.
    3 November, 08:00. Fog. Cannot see the railing. Can hear it, if I walk into
    it.
    4 November, 15:00. Fog. Horn every 2 minutes. The seals answer.
    6 November, 12:30. Fog. Marta Crumb found her way along the dam with a string.
    Tied the other end to the door.
    7 November, 10:10. Wind! The fog went out to sea like a flock of sheep. 5
    days, 3 hours.
    12 November, 16:30. First ice in the bucket, as thin as a window.
    15 November, 17:50. The Blue Heron is overdue by 3 days.
    19 November, 18:00. Overdue by 7 days. Trimmed the wick, polished the lens,
    polished it again.
    21 November, 04:40. A light! Hat lifted. Hat answered. I shall sleep now.
    30 November, 20:15. Oil left: 88 litres. Asked her a question today. She said
    that she would have to count to ten. She got as far as three.

    The weather in November was grey. There was fog on 9 days, the longest from
    the 1st to the 7th, and in those days people in the high street held out their
    hands before them and begged the pardon of lamp posts. It rained on 12 days,
    63 millimetres in all. The first snow fell on the 27th, 2 centimetres, and was
    gone by noon, but not before the school had used it up. The mean temperature
    was 6 °C. Sunset is at 16:09.

    The loaf that found the way

    In the great fog of November nobody could see farther than his own elbow. Old
    Jory tied the ferry to the bank and slept. Ivy Penrose delivered 14 letters to
    the wrong people, who read them, and were moved.

    On the fourth day Finn went up to the wood to fetch kindling, and did not come
    home. The miller stood at his gate and called. The fog took his voice and put
    it away, as one puts a spoon into a drawer.

    "Ring the bell," said Mr. Quill. They rang the school bell, and the church
    bell, and Tobias Reed let the horn sound. But in a fog there are no
    directions. Every sound came from everywhere.

    "What could he find with his eyes shut?" asked Old Nell.

    Marta Crumb lifted up her head. "My bread," she said. "He always has."

    She ran back to her oven, and threw in wood until it roared. She opened all
    the windows, and both doors. She baked brown loaves with caraway, and poppy
    rolls, and then she threw a whole handful of cinnamon straight upon the hot
    stones. The warm air rolled out of the house, through the yard, and up the
    hill. It was so thick that one could have cut it into slices.

    Up in the wood, Finn was sitting on a root. He had walked in a circle 3 times,
    and come upon his own footprints, and had made up his mind to be brave. He was
    not alone. A short distance off sat somebody else who was lost, and it was a
    fox.

    Both of them put up their noses at the same moment.

    "Caraway," said Finn.

    The fox said nothing. But he got up, and looked round at the boy, and went in
    front, slowly, with the white tip of his tail held high, like a little
    lantern; for a fox's nose is better than a boy's. They went over the stream
    and along the hedge and past the scarecrow. At the back door of the bakery the
    fox was suddenly not there any more.

    "How did you find us?" cried Marta Crumb, and pressed Finn against her apron.

    "I followed the smell," said Finn, "and somebody who followed it better."

    From that day on a poppy roll lies on the back step of the bakery every
    evening. Marta Crumb counts it among those that are sold.

    Caraway bread, as Marta Crumb makes it in a fog
    You need:
    350 g of rye flour
    350 g of wheat flour
    450 g of water
    150 g of sour dough from last time
    14 g of salt
    2 spoons of caraway
    1 spoon of treacle
    Stir the sour dough with the water and the rye flour, cover it, and leave it
    on the stove overnight. In the morning work in all the rest. Knead for 8
    minutes; it will stick, and it is meant to. Put it into a basket and let it
    rise for 2 hours. Turn it out, cut a cross into it, and bake for 15 minutes in
    the greatest heat you have, and for 40 more in half of it. Let it cool before
    you cut it. Nobody ever does.

    Prices at the post office, 10 November
    Letter, to 20 g: €0.95
    Letter, to 50 g: €1.30
    Postcard: €0.75
    Parcel, to 1 kg: €4.70
    Parcel, to 5 kg: €7.20
    Telegram, a word: €0.30
    Waiting beside the stove for an answer: free of charge

    From the counting book of Marta Crumb
    Days of fog: 9. Length of the string: 692 steps, and 12 knots, for the time
    when it broke.
    Handfuls of cinnamon: 1. Price of it: €6.00. Worth of it: 1 boy.
    Poppy rolls on the back step: 24. Found there in the morning: 0.
    Ships overdue: 1. Nights that I did not sleep: 7. Nights that he did not: 8.
    Seconds that I took to answer: 3.

    A letter from Anders Sørensen, written at sea

    Off Gotland, 9 November

    Dear Tobias,

    I am giving this to a fishing boat, which will be faster than we are. Our mast
    is broken. It happened at night — on the 5th — with a noise like a cannon, and
    nobody was hurt but the cook, on whom a cheese fell. We have set up the small
    boom in its place, with half a sail, and make 2 knots if we all blow.

    Tell them that the flour came in dry, all 600 sacks. Tell Hazel that I saw a
    house painted blue, green, and red at once; the owner could not decide. Tell
    Zoé that we have been out of coffee for 4 days, and that there were almost
    tears.

    Do not be troubled if we are late. I know where your light is. I could find it
    with my hat over my eyes.

    Your friend,
    Anders

    The fox and the owl

    The owl of the church tower was held to be wise. She said little, and looked
    at everyone for a long time. One night in November the fox came to ask her for
    advice.

    "Owl," he said, "I have a question. I used to be quite a bad fox. I stole
    hens, or tried to. Now I carry mice over fields, and lead children out of the
    fog, and eat rolls from a step. I do not know how it came about. What am I?"

    The owl looked at him with her round eyes. "Hoo," she said.

    "That's just what I am asking," said the fox. "Who?"

    The owl said nothing for so long that the clock below her struck the quarter.
    Then she said, "When it's dark, and nobody sees you, what do you do?"

    "I go to the scarecrow and tell him everything," said the fox.

    "And before you are asleep, what do you think about?"

    "Of stew," said the fox, "and whether the 6 children of the mouse have got
    through the frost."

    "And if there were a fat hen, here, now, and no broom far and wide?"

    The fox shut his eyes, and saw the hen. He swallowed. "I should ask what she
    was called," he said at last, unhappily, "and then it would be no use any
    more."

    "Then you are a fox with neighbours," said the owl. "It is rare, but it is
    nothing bad. One gets thinner by it, and sleeps better."

    "Is that wisdom?" asked the fox.

    "I do not know," said the owl. "I only look at people for a long time."

    He who asks what he is has already begun to be something else.

    In the tower, Saturday evening

    "Is that your hat, Tobias, on the hook?"
    "It is. It has been through a lot."
    "Eat. It is only soup. Mind, it's hot."
    "How many steps are there from your oven to the harbour, Marta?"
    "There are 212. And then 480 on the dam, and then 144 up."
    "That is 836, and the same again on the way home."
    "I have never counted those on the way home."
    "Why not?"
    "I do not know. I never was in a hurry to have them behind me."

    How to find your way in fog
    Stay where you are, if you can. If you cannot, go downhill: water goes to the
    sea, and the sea goes past the harbour. Do not trust your feet; everybody's
    left leg is a little shorter, or his right. Listen with your mouth open. Tie a
    string to something that will not move, and count your steps. Do not run after
    voices. If you meet another who is lost, stay together, whatever sort of
    person he is.

    A question from the smallest
    "Old Nell, how long is fifty-two years?"
    "Hold this," said Old Nell, and gave her the end of the wool. Then she walked
    to the door, and out of it, and down the lane, and the ball ran through her
    fingers; and she walked to the ferry and round it and came back again, and she
    was out of breath, and there was colour in her cheeks.
    "So long," she said.
    The smallest looked along the thread. "It's all in one piece," she said.

    Riddles of Old Nell
    I am thick but not stupid; I am white but not milk; I am everywhere and nobody
    can pick me up. What am I? Fog.
    What goes away as soon as you talk about it? Silence.
    What has 88 keys and cannot open its own lid? A piano.
    What has many leaves, but is no tree, and a back, but cannot lie down? A book.
    What arrives every night without being called, and is gone each morning
    without being stolen? The stars.

    The letter that came late

    In the second week of November, when Bram Holt tore out the old post box to
    set up a new one, he found a letter in the gap behind it. It must have slipped
    through the seam. The ink was brown. The stamp showed a queen whom nobody
    could remember.

    "To Miss Eleanor Finch, at the Bridge House, Pennywick," read Ivy Penrose.
    "There is no Miss Finch here. And the Bridge House is the café."

    "There was one," said Old Jory, and took off his cap. "It is a long time ago.
    She had red hair, and she could skate."

    Now, the rule is that a letter must be delivered. Ivy asked at 41 doors. At
    the forty-first, which was the smallest, and stood at the end of the lane,
    somebody was sitting by the window with her needles. "Finch?" said Old Nell.
    "That was my name, before I was old."

    She wiped her glasses. She opened the letter with a knitting needle, and read
    it, and there was nothing to be heard but the clock. It was from a young
    sailor. He wrote that he had been made second mate, with £4 a month, and that
    there was a house to let by the harbour, with a plum tree, and that if he had
    no answer by Michaelmas he would know what that meant, and go to sea again,
    and not trouble her any more.

    "Did he trouble you?" asked Ivy in a low voice.

    "No," said Old Nell. "He went to sea again. I thought that I knew what that
    meant." She folded the letter along its old folds. "And when he came back he
    was grey, and bought himself a little boat, that takes one man and two goats."

    Ivy Penrose put her hand over her mouth.

    "Fifty-two years," said Old Nell. "Well. That's the post for you." She stood
    up, and put on her good shawl. "Is it still foggy outside?"

    "No. It's clear, and very cold."

    "Then the pond will bear," said Old Nell. "You may walk with me as far as the
    ferry, dear. From there on I shall manage."

    In Pennywick there is a saying for it: better late, and in person.

    Things that Mr. Quill wrote on the board in November
    Fog is a cloud that has sat down.
    Sound goes 340 metres in a second, and in fog as well, but nobody knows
    whither.
    A knot is a speed and a rope; 1 knot is 1.85 kilometres in an hour.
    A dog has 220 million cells to smell with, a fox about as many, a boy 5
    million.
    836 steps and 836 steps are 1,672 steps, and some people do not count half of
    them.
    Ice bears a man when it is 8 centimetres thick. Measure; do not guess.

    A rhyme for the fog
    Where is the steeple? And where is the street?
    Where are my fingers, and where are my feet?
    Somebody's coughing, and somebody's there,
    Somebody's bicycle's climbing a stair.
    Follow the string, or the smell of the bread,
    Follow the white of the tail on ahead,
    Follow the river, and follow the wall:
    Home is the place that was nearest of all.

    The council met on 25 November at 19:00. Present: all. The new mast of the
    Blue Heron: the spruce by the upper farm, 18 metres long, is given for it, and
    20 men will carry it on Saturday. The dam is finished and cost €2,388.10; the
    remaining €24.60 go into lanterns. It was noted that the ferry did not run on
    the 13th, because the ferryman was on the ice, with a lady; both are over 70,
    and he went, it is said, quite fast. No motion was made. Closed at 20:05, with
    a smile.
    """#
}
